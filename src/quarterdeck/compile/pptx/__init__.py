"""The PPTX writer."""
