"""Knowledge on the screen: an article to read, a script to follow, text modules while one types."""
