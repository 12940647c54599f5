"""Files of cases on the screen: the list in a case or a form, and what opens of them in the program itself."""
