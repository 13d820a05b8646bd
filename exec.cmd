@rem Windows has no exec. Elsewhere npm's scripts begin with it, so that the signal which ends npm
@rem reaches the program and not only the shell between them.
@%*
