"""What the installation must survive: faults made on a served copy while publications go on, and what they cost."""
