"""How well the identity of things is kept while the arm works and a person disturbs."""
