"""Small tools on the standard library that know nothing of tox."""
