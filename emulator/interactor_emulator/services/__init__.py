"""What can be asked of an account: one function an operation, given the account.

A function that returns `Steps` may have effects and is run by a driver (`account.run`, `account.run_async`); any other
is called as it is, while the account is held (`with account.lock`).
"""
