"""The parts of the training lab: settings, the text, the record of a run, panels. `TrainingLab` joins them."""
