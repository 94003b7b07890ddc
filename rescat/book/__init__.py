"""How an edition of the book is made; ``rescat/book/build.py`` is the door to it."""
