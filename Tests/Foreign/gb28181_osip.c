/* Reads one SIP message from standard input with libosipparser2 and prints its fields, one a line; exits 1 where the
 * library refuses it. The oracle of SIPOracleTests. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <osipparser2/osip_parser.h>

static void line(const char *name, const char *value) { printf("%s=%s\n", name, value ? value : ""); }

static void address(const char *name, const osip_from_t *from) {
    char key[64];
    osip_generic_param_t *tag = NULL;
    if (!from || !from->url) return;
    snprintf(key, sizeof key, "%s.user", name);
    line(key, from->url->username);
    snprintf(key, sizeof key, "%s.host", name);
    line(key, from->url->host);
    snprintf(key, sizeof key, "%s.port", name);
    line(key, from->url->port);
    snprintf(key, sizeof key, "%s.tag", name);
    osip_from_get_tag((osip_from_t *)from, &tag);
    line(key, tag ? tag->gvalue : NULL);
}

static void via(osip_message_t *message) {
    osip_via_t *top = NULL;
    osip_generic_param_t *branch = NULL;
    if (osip_message_get_via(message, 0, &top) < 0 || !top) return;
    line("via.transport", top->protocol);
    line("via.host", top->host);
    line("via.port", top->port);
    osip_via_param_get_byname(top, (char *)"branch", &branch);
    line("via.branch", branch ? branch->gvalue : NULL);
}

static void print(osip_message_t *message) {
    osip_body_t *body = NULL;
    char number[32];
    if (MSG_IS_REQUEST(message)) {
        line("method", message->sip_method);
    } else {
        snprintf(number, sizeof number, "%d", message->status_code);
        line("status", number);
    }
    via(message);
    address("from", message->from);
    address("to", message->to);
    if (message->call_id) {
        printf("call-id=%s%s%s\n", message->call_id->number, message->call_id->host ? "@" : "",
               message->call_id->host ? message->call_id->host : "");
    }
    if (message->cseq) {
        line("cseq.number", message->cseq->number);
        line("cseq.method", message->cseq->method);
    }
    if (osip_message_get_body(message, 0, &body) >= 0 && body) {
        snprintf(number, sizeof number, "%zu", body->length);
        line("body", number);
    } else {
        line("body", "0");
    }
}

int main(void) {
    static char buffer[1 << 17];
    size_t length = fread(buffer, 1, sizeof buffer - 1, stdin);
    osip_message_t *message = NULL;
    parser_init();
    osip_message_init(&message);
    if (osip_message_parse(message, buffer, length) != 0) return 1;
    print(message);
    osip_message_free(message);
    return 0;
}
