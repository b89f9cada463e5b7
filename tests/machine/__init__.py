"""Everything that people can do, in any order, against a model of the rules in plain Python."""
