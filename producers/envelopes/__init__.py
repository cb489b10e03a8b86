"""The forms that vendors wrap a record in, one small module each; none of them knows a product."""
