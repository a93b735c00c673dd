"""Running the whole product on one machine: ports, processes, sample data."""
