"""Files of laboratories, of REDCap and of CDISC, read into the tables of this book."""
