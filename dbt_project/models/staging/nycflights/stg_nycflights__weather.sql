with weather as (
    select * from {{ source('nycflights', 'weather') }}
),

renamed as (
    select
        origin as origin_code,

        temp as temperature_f,
        dewp as dew_point_f,
        humid as humidity_pct,
        wind_dir as wind_direction_deg,
        wind_speed as wind_speed_mph,
        wind_gust as wind_gust_mph,
        precip as precipitation_in,
        pressure as pressure_mbar,
        visib as visibility_miles,

        time_hour as observed_hour_at
    from weather
)

select * from renamed
