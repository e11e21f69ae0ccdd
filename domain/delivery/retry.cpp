#include "domain/delivery/retry.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"

#include <algorithm>
#include <array>

namespace tidemark::domain {
namespace {

std::optional<int> number(std::string_view text) {
  int value = 0;
  if (text.empty())
    return std::nullopt;
  for (char c : text) {
    if (c < '0' || c > '9')
      return std::nullopt;
    value = std::min(value * 10 + (c - '0'), 100'000'000);
  }
  return value;
}

} // namespace

std::optional<Timestamp> parse_http_date(std::string_view text) {
  using namespace std::chrono;
  static constexpr std::array<std::string_view, 12> months{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  static constexpr std::string_view form = "___, __ ___ ____ __:__:__ GMT";
  if (text.size() != form.size())
    return std::nullopt;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] != '_' && form[i] != text[i])
      return std::nullopt;
  const auto month_at = std::find(months.begin(), months.end(), text.substr(8, 3));
  const auto d = number(text.substr(5, 2)), y = number(text.substr(12, 4)),
             h = number(text.substr(17, 2)), mi = number(text.substr(20, 2)),
             s = number(text.substr(23, 2));
  if (month_at == months.end() || !d || !y || !h || !mi || !s || *h > 23 || *mi > 59 || *s > 60)
    return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(month_at - months.begin() + 1)},
                            day{static_cast<unsigned>(*d)}};
  if (!date.ok())
    return std::nullopt;
  return Timestamp{sys_days{date} + hours{*h} + minutes{*mi} + seconds{*s}};
}

std::chrono::milliseconds back_off(const DeliveryId& delivery, std::uint32_t attempt,
                                   std::chrono::seconds longest) {
  using std::chrono::milliseconds;
  const auto doublings = std::min<std::uint32_t>(attempt == 0 ? 0 : attempt - 1, 12);
  const auto base = std::min(milliseconds{1000} * (1U << doublings), milliseconds{longest});
  std::string input = delivery.value;
  append_u32(input, attempt);
  const auto digest = sha256(input);
  const auto permille = static_cast<int>(read_u16(as_view(digest)) % 401U) - 200;
  return base + base * permille / 1000;
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, Timestamp now) {
  using std::chrono::seconds;
  if (const auto count = number(value))
    return std::min(seconds{*count}, retry_after_max);
  if (const auto date = parse_http_date(value))
    return std::clamp(std::chrono::ceil<seconds>(*date - now), seconds{0}, retry_after_max);
  return std::nullopt;
}

Timestamp try_again_at(const DeliveryId& delivery, std::uint32_t attempt,
                       std::string_view retry_after, Timestamp answered_at,
                       std::chrono::seconds longest) {
  auto pause = back_off(delivery, attempt, longest);
  if (const auto asked = parse_retry_after(retry_after, answered_at))
    pause = std::max(pause, std::chrono::milliseconds{*asked});
  return answered_at + pause;
}

} // namespace tidemark::domain
