"""Files of laboratories, read into the tables of this book, with every change written down."""
