"""What is written of what tests did, for people and programs, whoever ran the tests."""
