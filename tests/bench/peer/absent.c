/* Stands in for a test of the peer where tests/bench/peer/setup has not been run. */
#include <stdio.h>

int main(void)
{
    puts("skipped: the peer library is absent; tests/bench/peer/setup fetches it");
    return 77;
}
