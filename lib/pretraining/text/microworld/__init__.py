"""The parts of the micro-world; `text.world` is its public face."""
