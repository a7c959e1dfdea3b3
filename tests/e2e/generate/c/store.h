#ifndef STORE_H
#define STORE_H

int store_save(const char *key, double value);

#endif
