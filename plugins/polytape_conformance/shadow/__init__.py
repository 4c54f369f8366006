"""Shadow runs: whatever a backend computes is computed on a reference, too, from the same inputs."""
