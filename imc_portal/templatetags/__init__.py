"""What the portal adds to the template language."""
