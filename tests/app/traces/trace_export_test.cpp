#include "app/traces/otlp_text.hpp"
#include "app/traces/trace_export.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <atomic>

namespace tidemark::app::trace_export_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using namespace std::chrono_literals;

domain::Span span() {
  domain::Span out;
  out.trace = std::string(32, 'a');
  out.id = std::string(16, 'b');
  out.parent = std::string(16, 'c');
  out.kind = domain::Span::Kind::client;
  out.name = "deliver create";
  out.begin = Timestamp{1'790'000'000'123'456us};
  out.end = out.begin + 250ms;
  out.tenant = TenantId("acme");
  out.connector = ConnectorName("crm");
  out.position = Position{41};
  out.outcome = "retrying";
  out.reason = Reason::vendor_failed;
  out.failed = true;
  out.request = domain::SpanRequest{DeliveryId("d1"), 2, 0, 503};
  return out;
}

TEST(Otlp, HasTheNamesAndFormsOfItsFields) {
  const auto all = json::parse(otlp_json({span()}, "https://sync.example"));
  const auto& of = all["resourceSpans"][0];
  const auto service = json::parse(R"({"key":"service.name","value":{"stringValue":"tidemark"}})");
  EXPECT_EQ(of["resource"]["attributes"][0], service);
  const auto& one = of["scopeSpans"][0]["spans"][0];
  EXPECT_EQ(one["traceId"], std::string(32, 'a'));
  EXPECT_EQ(one["spanId"], std::string(16, 'b'));
  EXPECT_EQ(one["parentSpanId"], std::string(16, 'c'));
  EXPECT_EQ(one["kind"], 3);
  EXPECT_EQ(one["startTimeUnixNano"], "1790000000123456000");
  EXPECT_EQ(one["endTimeUnixNano"], "1790000000373456000");
  EXPECT_EQ(one["status"], json::parse(R"({"code":2,"message":"vendor_failed"})"));
  json attributes;
  for (const auto& each : one["attributes"])
    attributes[std::string(each["key"])] = each["value"].begin().value();
  EXPECT_EQ(attributes, json::parse(R"({"tidemark.tenant":"acme","tidemark.connector":"crm",
    "tidemark.position":"41","tidemark.outcome":"retrying","tidemark.reason":"vendor_failed",
    "tidemark.delivery":"d1","tidemark.attempt":"2","tidemark.step":"0",
    "http.response.status_code":"503"})"));
}

TEST(Otlp, LeavesOutAParentThatIsNotThere) {
  auto root = span();
  root.parent.clear();
  root.failed = false;
  const auto all = json::parse(otlp_json({root}, "here"));
  const auto& one = all["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
  EXPECT_FALSE(one.contains("parentSpanId"));
  EXPECT_EQ(one["status"], json::object());
}

/// A collector that answers as it is told to.
struct Exports : testing::Test {
  SendNotice send() {
    return [this](const OutgoingNotice& request, const std::function<bool()>& stopped) {
      while (hangs && !stopped())
        std::this_thread::sleep_for(1ms);
      ++asked;
      const std::string why = hangs ? "timeout" : fails ? "HTTP 500" : "";
      if (why.empty())
        taken += json::parse(request.body)["resourceSpans"][0]["scopeSpans"][0]["spans"].size();
      return why;
    };
  }
  bool shows(const std::string& line) const {
    for (int i = 0; i < 2000 && exporter.metrics().find(line) == std::string::npos; ++i)
      std::this_thread::sleep_for(5ms);
    EXPECT_THAT(exporter.metrics(), HasSubstr(line));
    return true;
  }
  std::atomic<bool> hangs{false}, fails{false};
  std::atomic<std::size_t> asked{0}, taken{0};
  TraceExport exporter{{"http://127.0.0.1:4318/v1/traces"}, "here", send(), 1ms};
};

TEST_F(Exports, SendWhatTheyAreGivenInBatches) {
  exporter.take(std::vector<domain::Span>(TraceExport::batch_max + 1, span()));
  shows("tidemark_trace_spans_total{outcome=\"sent\"} 513\n");
  EXPECT_EQ(taken, 513U);
  EXPECT_GE(asked, 2U);
}

TEST_F(Exports, AreLostAfterThreeTriesAndCounted) {
  fails = true;
  exporter.take({span(), span()});
  shows("tidemark_trace_spans_total{outcome=\"lost\"} 2\n");
  EXPECT_EQ(asked, 3U);
  fails = false;
  exporter.take({span()});
  shows("tidemark_trace_spans_total{outcome=\"sent\"} 1\n");
}

TEST_F(Exports, NeverWaitForACollectorThatHangs) {
  hangs = true;
  for (int i = 0; i < 30; ++i)
    exporter.take(std::vector<domain::Span>(1'000, span()));
  // One batch may be on its way; what is beyond the rest is lost at once.
  const auto text = exporter.metrics();
  const auto at = text.find("{outcome=\"lost\"} ");
  EXPECT_GE(std::stoul(text.substr(at + 17)),
            30'000 - TraceExport::waiting_max - TraceExport::batch_max);
}

} // namespace
} // namespace tidemark::app::trace_export_test
