"""What the secretariat sees, a file a topic.

The site itself lives here: importing the topics from this file would register them with a site that is still being made and
then thrown away. `dialogues/apps.py` imports them once it stands.
"""
