#include "domain/delivery/retry.hpp"
#include "gateway/http/answer.hpp"
#include "tests/fuzz/input.hpp"

// `Retry-After`: never in the past, never beyond the cap, seconds as they stand, dates to the
// second.
namespace tidemark::fuzz {
namespace {

using std::chrono::seconds;

} // namespace

void check(Input& input) {
  const Timestamp now{seconds{1'767'607'200} + std::chrono::microseconds{input.byte() * 3921}};
  const auto text = input.text();
  const auto pause = domain::parse_retry_after(text, now);
  const bool digits =
      !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  require(!digits || pause.has_value(), "a number of seconds that is not understood");
  if (!pause)
    return;
  require(*pause >= seconds{0} && *pause <= domain::retry_after_max, "a pause outside its limits");
  if (digits) {
    const auto first = text.find_first_not_of('0');
    const auto number = first == std::string_view::npos ? "0" : std::string(text.substr(first));
    const auto told = number.size() > 6 ? domain::retry_after_max : seconds{std::stol(number)};
    require(*pause == std::min(told, domain::retry_after_max), "another number of seconds");
    return;
  }
  // A date: waiting so long ends in its second, neither before nor a second after.
  require(text.size() == 29, "something that is neither a number nor a date");
  const bool leap_second = text.substr(23, 2) == "60";
  if (*pause == seconds{0} || *pause == domain::retry_after_max || leap_second)
    return;
  const auto then = std::chrono::floor<seconds>(now + *pause);
  require(gateway::http_date(then).substr(5) == text.substr(5), "another date");
}

} // namespace tidemark::fuzz
