"""`make bench`: how fast the portal answers, beside a bare view that answers the same bytes."""
