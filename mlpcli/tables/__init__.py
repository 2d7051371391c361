"""Tables with names: which columns are asked for, what they hold, and how they become numbers and words again."""
