#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE
#define _DARWIN_C_SOURCE
#include "CStorylineTerm.h"

#include <errno.h>
#include <signal.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

int storyline_terminal_size(int descriptor, int *columns, int *rows) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return -1;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 0;
}

// What a signal handler needs to put the terminal back. Written before `entered` is set, read only while it is.
static struct termios before;
static int input_end, output_end, leave_length;
static char leave_bytes[256];
static volatile sig_atomic_t entered = 0;

int storyline_terminal_enter(int input, int output, const char *leave, int length) {
  if (length > (int)sizeof leave_bytes) {
    errno = EINVAL;
    return -1;
  }
  // Entered a second time, as after a stop that nobody announced, the mode to go back to is still the first one.
  if (!entered && tcgetattr(input, &before) != 0) return -1;
  input_end = input;
  output_end = output;
  memcpy(leave_bytes, leave, (size_t)length);
  leave_length = length;
  struct termios raw;
  if (tcgetattr(input, &raw) != 0) return -1;
  cfmakeraw(&raw);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  entered = 1;
  if (tcsetattr(input, TCSADRAIN, &raw) != 0) {
    entered = 0;
    return -1;
  }
  return 0;
}

void storyline_terminal_leave(void) {
  if (!entered) return;
  entered = 0;
  int saved = errno;
  int sent = 0;
  while (sent < leave_length) {
    ssize_t count = write(output_end, leave_bytes + sent, (size_t)(leave_length - sent));
    if (count <= 0 && errno != EINTR) break;
    if (count > 0) sent += (int)count;
  }
  // What was typed ahead of the end was meant for the program and not for the shell.
  tcsetattr(input_end, TCSAFLUSH, &before);
  errno = saved;
}

static const int watched[] = {SIGWINCH, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT};
static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
#define COUNT(list) ((int)(sizeof(list) / sizeof(list)[0]))

static struct sigaction watched_before[COUNT(watched)];
static struct sigaction crashes_before[COUNT(crashes)];
static int news_end = -1;
static int isWatching = 0;
static char crash_stack[64 * 1024];

static void on_signal(int number) {
  int saved = errno;
  char byte = (char)number;
  // A full pipe has enough to wake the program.
  ssize_t ignored = write(news_end, &byte, 1);
  (void)ignored;
  errno = saved;
}

static void on_crash(int number) {
  storyline_terminal_leave();
  for (int i = 0; i < COUNT(crashes); i++) {
    if (crashes[i] == number) sigaction(number, &crashes_before[i], NULL);
  }
  raise(number);
}

int storyline_signals_watch(int pipe_end) {
  if (isWatching) return 0;
  news_end = pipe_end;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (int i = 0; i < COUNT(watched); i++) {
    if (sigaction(watched[i], &action, &watched_before[i]) != 0) return -1;
  }
  // An overflow of the stack leaves no stack to handle it on.
  stack_t stack;
  memset(&stack, 0, sizeof stack);
  stack.ss_sp = crash_stack;
  stack.ss_size = sizeof crash_stack;
  sigaltstack(&stack, NULL);
  action.sa_handler = on_crash;
  action.sa_flags = SA_ONSTACK | SA_NODEFER;
  for (int i = 0; i < COUNT(crashes); i++) {
    if (sigaction(crashes[i], &action, &crashes_before[i]) != 0) return -1;
  }
  isWatching = 1;
  return 0;
}

void storyline_signals_forget(void) {
  if (!isWatching) return;
  isWatching = 0;
  for (int i = 0; i < COUNT(watched); i++) sigaction(watched[i], &watched_before[i], NULL);
  for (int i = 0; i < COUNT(crashes); i++) sigaction(crashes[i], &crashes_before[i], NULL);
}

void storyline_stop(void) {
  struct sigaction ours, standard;
  memset(&standard, 0, sizeof standard);
  sigemptyset(&standard.sa_mask);
  standard.sa_handler = SIG_DFL;
  sigaction(SIGTSTP, &standard, &ours);
  // To this thread, so that the stop comes before the call returns and before the handler is back in its place. A
  // thread that was begun by one of libdispatch's has all signals blocked.
  sigset_t stop, mask;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  pthread_sigmask(SIG_UNBLOCK, &stop, &mask);
  raise(SIGTSTP);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  sigaction(SIGTSTP, &ours, NULL);
}
