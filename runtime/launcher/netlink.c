#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#include "child.h"

#define MESSAGE_MAX 16384

int open_netlink(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  int on = 1;
  if (fd >= 0) setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
  return fd;
}

/* The kernel's explanation among the attributes that follow the error, when there is one. */
static void copy_explanation(const struct nlmsghdr *answer, size_t size, char *detail, size_t detail_size) {
  size_t at = NLMSG_LENGTH(sizeof(struct nlmsgerr));
  const struct nlmsgerr *error = NLMSG_DATA(answer);
  if (!(answer->nlmsg_flags & NLM_F_ACK_TLVS)) return;
  if (!(answer->nlmsg_flags & NLM_F_CAPPED)) at += error->msg.nlmsg_len - sizeof(struct nlmsghdr);
  while (at + NLA_HDRLEN < size) {
    struct nlattr attribute;
    memcpy(&attribute, (const char *)answer + at, sizeof attribute);
    if (attribute.nla_len < NLA_HDRLEN || attribute.nla_len > size - at) return;
    size_t length = attribute.nla_len - (size_t)NLA_HDRLEN;
    if ((attribute.nla_type & NLA_TYPE_MASK) == NLMSGERR_ATTR_MSG && length < detail_size) {
      memcpy(detail, (const char *)answer + at + NLA_HDRLEN, length);
      detail[length] = 0;
      return;
    }
    at += NLA_ALIGN(attribute.nla_len);
  }
}

/* Sends one request and waits for its acknowledgement. A `patch_offset` other than UINT32_MAX gets `patch` in host order. */
int send_netlink(const uint8_t *message, uint32_t size, uint32_t patch_offset, uint32_t patch, int socket, char *detail, size_t detail_size) {
  union {
    struct nlmsghdr header;
    uint8_t data[MESSAGE_MAX];
  } request, answer;
  static uint32_t sequence;
  if (size < sizeof request.header || size > sizeof request) return fail(EINVAL);
  memcpy(&request, message, size);
  if (patch_offset != UINT32_MAX) memcpy(request.data + patch_offset, &patch, sizeof patch);
  request.header.nlmsg_len = size;
  request.header.nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
  request.header.nlmsg_seq = ++sequence;
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  if (sendto(socket, &request, size, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0) return -1;
  for (;;) {
    ssize_t got = recv(socket, &answer, sizeof answer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if ((size_t)got < NLMSG_LENGTH(sizeof(struct nlmsgerr)) || answer.header.nlmsg_seq != sequence || answer.header.nlmsg_type != NLMSG_ERROR) continue;
    int error = ((struct nlmsgerr *)NLMSG_DATA(&answer.header))->error;
    if (error == 0) return 0;
    copy_explanation(&answer.header, (size_t)got, detail, detail_size);
    return fail(-error);
  }
}
