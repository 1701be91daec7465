/* Gives Swift's runtime the words of the command line, which glibc passes to constructors.
 *
 * By itself the runtime looks for them on the stack, whose place it reads from /proc/self/maps; where /proc is not
 * mounted it finds none, and CommandLine.arguments is empty. This function of the runtime is what scripts that Swift
 * interprets get their words by. It has the calling convention of C for two such arguments. */
extern void _swift_stdlib_overrideUnsafeArgvArgc(char **words, int count);

__attribute__((constructor)) static void keep(int count, char **words) {
  _swift_stdlib_overrideUnsafeArgvArgc(words, count);
}
