"""Knowledge: what articles, call scripts and text modules are, how they are read, and which article fits a note."""
