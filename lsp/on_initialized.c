#include "lsp/lsp_internal.h"

void lsp__on_initialized(lsp_server *s, const struct lsp_message *m)
{
    (void)m;
    if (s->caps.register_config) {
        lsp_writer w;
        uint32_t number = lsp__call_begin(s, &w, "client/registerCapability");
        lsp_write_raw(&w, STR("{\"registrations\":[{\"id\":\"artel/configuration\",\"method\":"
                              "\"workspace/didChangeConfiguration\",\"registerOptions\":"
                              "{\"section\":\"artel\"}}]}"));
        lsp__call_end(s, &w, number, NULL);
    }
    if (s->caps.register_files && s->settings.learn_project) {
        lsp_writer w;
        uint32_t number = lsp__call_begin(s, &w, "client/registerCapability");
        lsp_write_raw(&w, STR("{\"registrations\":[{\"id\":\"artel/files\",\"method\":"
                              "\"workspace/didChangeWatchedFiles\",\"registerOptions\":"
                              "{\"watchers\":[{\"globPattern\":\"**/*\"}]}}]}"));
        lsp__call_end(s, &w, number, NULL);
    }
    if (s->caps.configuration)
        lsp__configuration_pull(s);
}
