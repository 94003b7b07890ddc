"""How an edition of the book is made; ``rescat/build.py`` is the door to it."""
