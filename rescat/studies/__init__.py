"""Studies by simulation: grids of cells that any machine computes to the same bytes."""
