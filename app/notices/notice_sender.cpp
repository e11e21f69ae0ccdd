#include "app/notices/notice_sender.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

namespace tidemark::app {
namespace {

constexpr long connect_seconds = 5, all_seconds = 10;

struct CloseEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, CloseEasy>;

/// A list of libcurl's, as long as it is used.
class Lines {
public:
  Lines() = default;
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  ~Lines() { curl_slist_free_all(lines_); }
  void add(const std::string& line) { lines_ = curl_slist_append(lines_, line.c_str()); }
  curl_slist* get() const { return lines_; }

private:
  curl_slist* lines_ = nullptr;
};

std::size_t drop(char*, std::size_t size, std::size_t count, void*) {
  return size * count; // what a receiver answers says nothing that its status does not
}

struct Upload {
  std::string_view rest;
};
std::size_t read_on(char* to, std::size_t size, std::size_t count, void* self) {
  auto& rest = static_cast<Upload*>(self)->rest;
  const auto part = rest.substr(0, size * count);
  std::ranges::copy(part, to);
  rest.remove_prefix(part.size());
  return part.size();
}

int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<const std::function<bool()>*>(self))() ? 1 : 0;
}

void set_common(CURL* easy, const OutgoingNotice& notice, const std::function<bool()>& stopped) {
  curl_easy_setopt(easy, CURLOPT_URL, notice.url.c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, connect_seconds);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT, all_seconds);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PROXY, ""); // none of the environment's
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https,smtp,smtps");
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &stopped);
}

void set_mail(CURL* easy, const OutgoingNotice& notice, const Lines& to, Upload& upload) {
  curl_easy_setopt(easy, CURLOPT_MAIL_FROM, notice.from.c_str());
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to.get());
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, read_on);
  curl_easy_setopt(easy, CURLOPT_READDATA, &upload);
  curl_easy_setopt(easy, CURLOPT_USE_SSL,
                   static_cast<long>(notice.must_be_encrypted ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  if (notice.username.empty())
    return;
  curl_easy_setopt(easy, CURLOPT_USERNAME, notice.username.c_str());
  if (notice.password)
    curl_easy_setopt(easy, CURLOPT_PASSWORD, notice.password->reveal().c_str());
}

} // namespace

std::string send_notice(const OutgoingNotice& notice, const std::function<bool()>& stopped) {
  const Easy easy(curl_easy_init());
  if (!easy)
    return "libcurl cannot be used";
  set_common(easy.get(), notice, stopped);
  Lines lines;
  Upload upload{notice.body};
  const bool mail = !notice.to.empty();
  if (mail) {
    for (const auto& one : notice.to)
      lines.add(one);
    set_mail(easy.get(), notice, lines, upload);
  } else {
    for (const auto& header : notice.headers)
      lines.add(header);
    lines.add("Expect:");
    curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, lines.get());
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, notice.body.c_str());
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(notice.body.size()));
  }
  const auto code = curl_easy_perform(easy.get());
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (code != CURLE_OK)
    return std::string(curl_easy_strerror(code))
           + (mail && status > 0 ? " (the mail server said " + std::to_string(status) + ")" : "");
  if (mail || (status >= 200 && status < 300))
    return {};
  return "HTTP " + std::to_string(status)
         + (status >= 300 && status < 400 ? ": redirects are not followed" : "");
}

} // namespace tidemark::app
