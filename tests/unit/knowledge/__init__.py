"""Pure rules of articles, scripts, text modules and suggestions."""
