with flights as (
    select * from {{ ref('int_flights_flagged') }}
),

weather as (
    select * from {{ ref('stg_nycflights__weather') }}
),

described as (
    select
        origin_code,

        case
            when visibility_miles < 2 then 'low visibility'
            when precipitation_in > 0 then 'rain or snow'
            when wind_speed_mph >= 20 then 'strong wind'
            else 'calm'
        end as weather_condition,

        observed_hour_at
    from weather
),

joined as (
    select
        coalesce(described.weather_condition, 'not observed') as weather_condition,

        flights.departure_delay_min,
        flights.arrival_delay_min,

        flights.is_cancelled,
        flights.is_diverted,
        flights.is_late
    from flights
    left join described
        on flights.origin_code = described.origin_code
        and flights.scheduled_hour_at = described.observed_hour_at
),

by_condition as (
    select
        weather_condition,

        {{ delay_measures() }}
    from joined
    group by weather_condition
)

select * from by_condition
