#include "events/format/tags.hpp"
#include "tests/actors/engine/engine_house.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace tidemark::tests::answer_test {
namespace {

using namespace std::chrono_literals;
using connectors::HttpAnswer;
using connectors::HttpRequest;

/// GoHighLevel alone receives. Its first answer waits until the test lets it go.
class LateAnswer : public ::testing::Test {
protected:
  LateAnswer() {
    auto& all = house.config.connectors; // gohighlevel, aloware, verity, generic
    all[1].receives = all[2].receives = all[3].receives = false;
  }
  ~LateAnswer() override { may_answer = true; }

  HttpAnswer answer(const HttpRequest& request) {
    if (requests++ == 0)
      while (!may_answer)
        std::this_thread::sleep_for(1ms);
    return request.method == "GET" ? json_answer(200, R"({"contact":null})")
                                   : json_answer(201, R"({"contact":{"id":"CON1"}})");
  }
  bool wait_until(const std::function<bool()>& holds) {
    for (int i = 0; i < 4000 && !holds(); ++i) {
      house.clock.advance(1s);
      std::this_thread::sleep_for(5ms);
    }
    return holds();
  }
  /// As the successor of a delivery actor does: the answer is lost, the next request is out.
  Position next_request_of_a_successor() {
    const auto all = house.all();
    const auto first = std::find_if(all.begin(), all.end(), [](const events::Recorded& recorded) {
      return std::holds_alternative<events::DeliveryDispatched>(recorded.event);
    });
    auto dispatched = std::get<events::DeliveryDispatched>(first->event);
    const auto intended = house.all_of<events::DeliveryIntended>().front();
    events::DeliveryUnknown lost;
    lost.facts.delivery = dispatched.delivery;
    lost.facts.intent = dispatched.intent;
    lost.facts.attempt = dispatched.attempt;
    lost.facts.reason_code = Reason::restarted_before_answer;
    lost.facts.answer.transport = Reason::restart;
    ++dispatched.attempt;
    storage::Append append;
    append.tenant = house.tenant;
    const auto stream = events::delivery_stream(intended.target, intended.contact);
    const auto tag = events::contact_tag(intended.contact);
    append.events.push_back({stream, lost, {tag}, {}});
    append.events.push_back({stream, dispatched, {tag}, {}});
    const auto outcome = storage::append_and_wait(house.log, std::move(append));
    return Position{std::get<storage::Appended>(outcome).first.value + 1};
  }

  std::atomic<bool> may_answer = false;
  std::atomic<int> requests = 0;
  EngineHouse house{[this](const HttpRequest& request) { return answer(request); }};
};

TEST_F(LateAnswer, CountsOnlyForTheRequestThatItAnswers) {
  house.start();
  house.webhook("generic", R"({"type":"contact.created","timestamp":"2026-01-05T10:00:00Z",)"
                           R"("data":{"id":"c_1","first_name":"Ada","phone":"+12025550101"}})");
  ASSERT_TRUE(wait_until([&] { return requests == 1; }));
  const auto second = next_request_of_a_successor();
  may_answer = true;
  ASSERT_TRUE(wait_until([&] { return !house.all_of<events::DeliveryAccepted>().empty(); }));
  std::vector<std::string> answers_to_second;
  for (const auto& recorded : house.all()) {
    const auto* unknown = std::get_if<events::DeliveryUnknown>(&recorded.event);
    if (recorded.envelope.cause == second)
      answers_to_second.push_back(unknown ? std::string(name_of(unknown->facts.reason_code))
                                          : recorded.envelope.type);
  }
  EXPECT_EQ(answers_to_second, std::vector<std::string>{"restarted_before_answer"});
  EXPECT_GE(requests, 3) << "it is looked up once more before it is made";
}

} // namespace
} // namespace tidemark::tests::answer_test
