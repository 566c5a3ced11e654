"""Forms: parse and say every fault; they decide nothing."""
