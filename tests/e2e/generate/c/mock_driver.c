#include <assert.h>
#include <string.h>

#include "mock_store_save.c"

int main(void)
{
    mock_store_save_result = 7;
    assert(store_save("key", 1.5) == 7 && mock_store_save_calls == 1);
    assert(strcmp(mock_store_save_key, "key") == 0 && mock_store_save_value == 1.5);
    return 0;
}
