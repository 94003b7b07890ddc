"""Random slopes in small samples: fits, permutations, bootstrap. Knows of no trial."""
