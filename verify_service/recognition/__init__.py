"""Before a district is recognized here: what its offer claims, held against what is trusted already."""
