"""What every other room stands on: errors, origin, names of options, files, inert text."""
