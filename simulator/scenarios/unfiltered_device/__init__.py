"""Laptops online away from school, with and without the filter's agent."""
