"""What the secretariat sees. The site itself lives here, so the topics are imported once it stands (`apps.py`)."""
