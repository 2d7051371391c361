"""The pages, and what makes the site, the reference of keys and the pictures of them."""
