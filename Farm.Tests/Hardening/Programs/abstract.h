#include "attempt.h"
#include <sys/un.h>

/* The address of an abstract socket that the test listens on, outside. */
static inline socklen_t abstract(struct sockaddr_un *address, const char *name)
{
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    strncpy(address->sun_path + 1, name, 100);
    return offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name);
}
