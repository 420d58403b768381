"""Small real agents for the tests; the worker loads them as an app, the test process registers them."""
