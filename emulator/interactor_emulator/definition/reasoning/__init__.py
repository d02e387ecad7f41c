"""What can be said of conditions without running anything: values that meet them, and what no value can."""
